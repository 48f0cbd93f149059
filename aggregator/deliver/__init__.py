"""What leaves the house: mail by SMTP, signed posts to webhooks, pings to the hub."""
