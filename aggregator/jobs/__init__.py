"""What is done over and over: a table of plain functions, and the drivers that call them."""
