"""The commands around stored market data: fetch it, list it, look whether it is whole."""
