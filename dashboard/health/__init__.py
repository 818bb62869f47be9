"""How the bot, its exchanges and its computer are: the parts of the health page."""
