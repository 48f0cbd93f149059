"""feeds.toml: read, validated, watched."""

from aggregator.config.live import LiveConfig
from aggregator.config.load import Config, load
from aggregator.config.settings import FetchSettings, SiteSettings

__all__ = ["Config", "FetchSettings", "LiveConfig", "SiteSettings", "load"]
