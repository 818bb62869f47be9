"""What the checks say, in English. `.do` is the remedy."""

ENGLISH = {
    # the last line
    "may_start": "{checks} checks, {wrong} wrong, {warned} to look at: trading could start",
    "may_not_start": "{checks} checks, {wrong} wrong, {warned} to look at: trading would not start",
    # this computer
    "python": "Python {version}",
    "settings_default": "no .env, so every setting has its default (version {version})",
    "settings_read": "{file} is valid, {changed} values differ from their defaults (version"
    " {version})",
    "mode_demo": "demo: an invented market, nothing leaves this computer",
    "mode_paper": "paper: real prices, simulated orders, no keys needed",
    "mode_testnet": "testnet: orders to the exchanges' test networks, without worth",
    "mode_live": "live: real orders with real money",
    "folder_open": "{folder} can be written",
    "folder_closed": "{folder} cannot be written: {reason}",
    "folder_closed.do": "make it writable or choose another folder",
    "disk_free": "{free} GB free",
    "disk_low": "only {free} GB free",
    "disk_low.do": "free some space: a full disk stops entries",
    "journal_none": "none yet, it will be made at the first start",
    "journal_sound": "{file} is sound",
    "journal_broken": "{reason}",
    "journal_server": "{server} can be written, and the books there are of this version",
    "journal_server_empty": "{server} can be written; the tables will be made at the first start",
    "journal_unreachable": "the database {server} cannot be reached: {reason}",
    "journal_unreachable.do": "see whether the server runs, and correct DATABASE_URL: address,"
    " user, password, name",
    "journal_closed": "the database {server} does not let the bot write: {reason}",
    "journal_closed.do": "let the user of DATABASE_URL create tables and write in that database",
    "journal_in_use": "another bot writes into {server} now: a second one would not start",
    "journal_in_use.do": "nothing need be done if that is your bot; else give each a database of"
    " its own",
    "nobody_runs": "no other bot runs on {folder}",
    "bot_runs": "a bot already runs on {folder} (process {pid}): a second one would not start",
    "bot_runs.do": "nothing need be done if you only check; else stop it, or use --data-dir",
    "stop_file": "{file} exists: the bot takes no entries while it does",
    "stop_file.do": "delete it when entries are wanted again",
    "settings_open": "other users of this computer may read {file} with your keys",
    "settings_open.do": "let only yourself read it: chmod 600 {file}",
    "port_free": "port {port} is free",
    "port_taken": "port {port} is in use",
    "port_taken.do": "a panel already runs, or start it with --port",
    # an exchange without an account
    "embedded": "embedded venue, no network and no keys needed",
    "address_changed": "talks to other addresses than the exchange's own: REST {rest}, stream"
    " {stream}",
    "address_changed.do": "take the {venue} addresses out of .env if that is not meant",
    "public_answered": "public data: {markets} markets in {took} ms",
    "public_unanswered": "public data cannot be had ({detail})",
    "public_unanswered.do": "check the network, a firewall, and the address if one is set",
    "symbols_unknown": "{venue} does not list {symbols}",
    "symbols_unknown.do": "correct SYMBOLS",
    "guarded_by_engine": "{venue} has no stop orders: the engine and the guardian guard positions",
    "guarded_by_engine_alone": "{venue} has no stop orders and the guardian is off: when the bot"
    " dies, nobody guards positions",
    "guarded_by_engine_alone.do": "set GUARDIAN_AFTER, for example to 60",
    "guarded_by_oco": "positions are guarded by orders on the exchange (OCO), and by the engine",
    "guarded_by_stops": "positions are guarded by orders on the exchange (conditional,"
    " reduce-only), and by the engine",
    "no_test_network": "{venue} has no test network",
    "no_test_network.do": "take it out of VENUES, or try it with --mode paper",
    "keys_missing": "mode {mode} needs {names} in .env",
    "keys_missing.do": "make a key at {venue} and write both parts into .env; --mode paper needs"
    " none",
    # clock
    "clock_right": "this computer's clock agrees with the exchange's (off by {seconds} s)",
    "clock_behind": "this computer's clock is {seconds} s behind the exchange's",
    "clock_behind.do": "set the computer's clock, best by switching automatic time on",
    "clock_ahead": "this computer's clock is {seconds} s ahead of the exchange's",
    "clock_ahead.do": "set the computer's clock, best by switching automatic time on",
    # answers
    "unanswered": "the exchange gave no answer of use ({detail})",
    "unanswered.do": "check the network; the bot itself waits and tries again",
    "throttled": "the exchange wants fewer requests ({detail})",
    "throttled.do": "wait a few minutes, and see whether other programs use the same account or"
    " address",
    "maintenance": "the exchange is under maintenance ({detail})",
    "maintenance.do": "wait until it is over; the bot itself waits and tries again",
    "not_offered": "the exchange does not offer {question} at this address; what it tells stays"
    " unchecked",
    "not_offered.do": "look yourself at what the key may do and how the account is set",
    "essential_missing": "the exchange does not offer {question} at this address ({detail});"
    " without it orders cannot be followed",
    "essential_missing.do": "check the address of {venue} in .env: it must be the exchange's own"
    " interface or pass everything on to it",
    "unreadable": "the exchange's answer cannot be read ({detail})",
    "unreadable.do": "try again; if it stays, look whether a proxy or a portal answers instead",
    # keys
    "key_accepted": "the API key is accepted",
    "key_unknown": "the exchange does not know this API key ({detail})",
    "key_unknown.do": "copy the key from the exchange's page of API keys into .env again",
    "key_expired": "the API key has expired ({detail})",
    "key_expired.do": "make a new key at {venue} and put it into .env",
    "secret_wrong": "the API secret does not belong to the key ({detail})",
    "secret_wrong.do": "copy the secret into .env again, or make a new key: it is shown only once",
    "address_refused": "the API key may not be used from this computer's internet address"
    " ({detail})",
    "address_refused.do": "add this computer's address to the key's list of allowed addresses",
    "key_or_address": "the exchange refuses the API key ({detail}): it does not know the key, or"
    " this computer's address is not on the key's list, or the key may not use {venue}",
    "key_or_address.do": "compare key, addresses and rights on the exchange's page of API keys",
    "right_missing": "the API key lacks the right to {right} ({detail})",
    "right_missing.do": "allow it on the exchange's page of API keys",
    "right.balances": "see balances",
    "right.orders": "see orders",
    "right.trading": "place orders",
    "right.spot": "trade spot",
    "right.futures": "trade futures",
    "may_see_orders": "the API key may see orders",
    "may_trade": "the API key may place orders",
    "rights_not_told": "the test network does not tell what the key may do",
    "may_not_withdraw": "the API key may not withdraw",
    "guarding": "GUARDING ONLY {venue}: no entries; what is held is guarded as far as that goes",
    "may_withdraw": "the API key may withdraw, or look into withdrawals",
    "may_withdraw.do": "make a key without that right: whoever steals it could empty the account",
    "addresses_bound": "the API key works from chosen addresses only",
    "addresses_open": "the API key works from every address",
    "addresses_open.do": "restrict it to this computer's address on the exchange's page of API"
    " keys",
    "key_lasts": "the API key is valid for {days} more days",
    "key_ends_soon": "the API key ends in {days} days",
    "key_ends_soon.do": "make a new key at {venue} in time and put it into .env",
    # account
    "account_stopped": "the exchange does not let this account trade",
    "account_stopped.do": "look for a notice on the exchange's pages, and ask its support",
    "one_way": "the account is in one-way mode",
    "hedge_mode": "the account is in hedge mode; the bot switches it to one-way mode before its"
    " first entry",
    "hedge_mode.do": "do it yourself if you want to see it first: Position Mode in the exchange's"
    " settings",
    "hedge_mode_in_use": "the account is in hedge mode and holds positions, so the bot cannot"
    " switch it",
    "hedge_mode_in_use.do": "close them, then choose one-way mode in the exchange's settings",
    "multi_assets": "the account is in multi-assets mode, which knows no isolated margin",
    "multi_assets.do": "choose single-asset mode in the exchange's settings",
    "isolated_margin": "margin can be set to isolated where the bot trades",
    "crossed_margin": "positions with crossed margin are open: {symbols}",
    "crossed_margin.do": "close them or take these out of SYMBOLS: the bot enters with isolated"
    " margin only",
    "leverage_there": "leverage {wanted} is there in every market",
    "leverage_capped": "leverage {wanted} is more than the exchange allows for {symbols}",
    "leverage_capped.do": "nothing need be done: less is used there; or lower MAX_LEVERAGE",
    "balance": "{cash} {quote} in the account, capital of the bot {capital} {quote}",
    "balance_below_capital": "{cash} {quote} in the account is less than INITIAL_CAPITAL {capital}",
    "balance_below_capital.do": "pay in, or lower INITIAL_CAPITAL of {venue}: sizes follow what is"
    " there",
    "balance_too_small": "{cash} {quote} in the account does not pay for one entry (at least"
    " {least} {quote})",
    "balance_too_small.do": "pay in, or take {venue} out of VENUES",
    # sizes
    "entries_large_enough": "entries of up to {entry} {quote}, at least {least} are needed",
    "entries_too_small": "entries are at most {entry} {quote}, but {symbols} needs {least}",
    "entries_too_small.do": "raise INITIAL_CAPITAL, MAX_POSITION_SIZE or POSITION_FRACTION",
    "entries_too_small_here": "entries are at most {entry} {quote}, too small for {symbols} (up to"
    " {least})",
    "entries_too_small_here.do": "raise INITIAL_CAPITAL or MAX_POSITION_SIZE, or take these out of"
    " SYMBOLS",
    "entries_may_be_too_small": "at an ATR of {range} an entry is {entry} {quote}, and {least} are"
    " needed",
    "entries_may_be_too_small.do": "raise INITIAL_CAPITAL or RISK_PER_TRADE, or live with fewer"
    " entries",
    "first_day": "on the first day of live trading an entry is at most {entry} {quote}",
    "first_day_too_small": "on the first day of live trading an entry is at most {entry} {quote},"
    " and {least} are needed: nothing is bought that day",
    "first_day_too_small.do": "raise LIVE_FIRST_DAY_MAX_ORDER and LIVE_FIRST_DAY_MAX_TOTAL",
}
