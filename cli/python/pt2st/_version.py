__version__ = "@version@"
