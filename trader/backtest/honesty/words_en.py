"""English of walk-forward, sensitivity and the checks of a strategy."""

ENGLISH: dict[str, str] = {
    # checks: name, what was found, what to do
    "k.title": "{strategy}: {passed} of {judged} checks passed",
    "k.ok": "ok",
    "k.failed": "failed",
    "k.open": "not judged",
    "k.runs": "runs",
    "k.runs.ok": "It answers, also on no candles, on few, and on prices that stand still.",
    "k.runs.all": "It stopped with {error} (line {line}); correct this first.",
    "k.runs.none": "Without any candles it stops with {error} (line {line}); answer with empty "
    "arrays then.",
    "k.runs.one": "On one candle it stops with {error} (line {line}); a new listing looks so.",
    "k.runs.two": "On two candles it stops with {error} (line {line}); a new listing looks so.",
    "k.runs.few": "With fewer candles than its warm-up it stops with {error} (line {line}); "
    "it is asked from the first candle on.",
    "k.runs.still": "Where the price stands still it stops with {error} (line {line}); a range or "
    "a deviation is 0 then.",
    "k.shape": "one row a candle",
    "k.shape.ok": "Every column has one row a candle and the right kind.",
    "k.shape.no_raw": "signals() gave back {what}; it must give back Raw(...).",
    "k.shape.failed": "{column} is {what}; make it an array with one row a candle, of bool for "
    "wishes, of float for levels and confidence.",
    "k.filters": "filters",
    "k.filters.ok": "Its filters judge every candle.",
    "k.filters.all": "A filter stopped with {error} (line {line}); correct this first.",
    "k.filters.none": "Without any candles a filter stops with {error} (line {line}).",
    "k.filters.one": "On one candle a filter stops with {error} (line {line}).",
    "k.filters.two": "On two candles a filter stops with {error} (line {line}).",
    "k.filters.few": "Before the warm-up a filter stops with {error} (line {line}).",
    "k.filters.still": "Where the price stands still a filter stops with {error} (line {line}).",
    "k.levels": "levels",
    "k.levels.ok": "Where it waits for a price there is one.",
    "k.levels.failed": "In row {row} ({time} UTC) {side} is armed but {column} is no price; "
    "it would buy at once. Switch {side} off where the level is undefined.",
    "k.untouched": "leaves the candles alone",
    "k.untouched.ok": "The candles are the same after it looked at them.",
    "k.untouched.failed": "It wrote into the candles ({column}); work on a copy.",
    "k.clock": "asks no clock",
    "k.clock.ok": "It knows the time from its candles only.",
    "k.clock.no_source": "The source of this strategy could not be read.",
    "k.clock.failed": "Line {line} asks the clock ({name}); a backtest would answer with today. "
    "Use chart.time instead.",
    "k.determinism": "same answer twice",
    "k.determinism.ok": "Asked twice it says the same.",
    "k.determinism.failed": "Asked twice about the same candles, {column} differs from row {row} "
    "({time} UTC) on; take out random numbers and what is kept outside of signals().",
    "k.look_ahead": "no look-ahead",
    "k.look_ahead.ok": "No row changes when later candles are cut or changed ({cuts} places).",
    "k.look_ahead.failed": "{column} of row {row} ({time} UTC) changes when later candles do: it "
    "looks ahead, and would win in backtests only. Never index forward, centre an average, count "
    "the candles or compare with the whole series.",
    "k.restart": "survives a restart",
    "k.restart.ok": "A fresh one says the same as one that has seen other candles.",
    "k.restart.failed": "After it has seen other candles, {column} differs from row {row} ({time} "
    "UTC) on from what a fresh one says; keep nothing in self between calls.",
    "k.window": "same with more history",
    "k.window.ok": "The newest row is the same with {short:,} candles, as the bot keeps, and "
    "with {long:,}.",
    "k.window.few": "Needs at least {rows:,} candles; give a longer file.",
    "k.window.failed": "{column} at {time} UTC depends on how much history is loaded ({short:,} or "
    "{long:,} candles): the bot would trade otherwise than the backtest. Raise warmup to the "
    "longest period it looks back, and avoid running totals.",
    "k.warm_up": "warm-up long enough",
    "k.warm_up.ok": "With its warm-up of {warmup} candles it wishes what it wishes later.",
    "k.warm_up.few": "Needs at least {rows:,} candles; give a longer file.",
    "k.warm_up.failed": "With its warm-up of {warmup} candles it wishes something else than with "
    "more in {differ} of {of} places; raise warmup.",
    "k.can_fire": "can buy",
    "k.can_fire.ok": "It could enter at {entries} candles.",
    "k.can_fire.no_wish": "In {rows} candles it never wished to enter; check its conditions, or "
    "give more candles.",
    "k.can_fire.blocked": "Of {wishes} wishes to enter none passed the filters; {reason} blocked "
    "most ({blocked}): {meaning}. Relax it by --set, or drop the filter.",
    "k.speed": "speed",
    "k.speed.ok": "{micros} microseconds a candle.",
    "k.speed.slow": "{micros} microseconds a candle, which makes long backtests slow; work on "
    "whole arrays instead of a loop over candles.",
    "k.raised": "On other candles it stopped with {error} (line {line}).",
    "k.waits.answer": "Waits until it answers rightly.",
    "k.waits.determinism": "Waits until it says the same twice.",
    # walk-forward
    "w.title": "Walk-forward",
    "w.hint": "Parameters are chosen by {objective} on the training span ({kind}), then traded on "
    "the test span that follows, which the choice has not seen. {tried} combinations.",
    "w.hint_one": "The given parameters, traded on each training and test span ({kind}).",
    "w.rolling": "rolling: always the same length before",
    "w.anchored": "anchored: all that came before",
    "w.fold": "fold",
    "w.train": "chosen on",
    "w.test": "traded on",
    "w.test_from": "traded from",
    "w.chosen": "chosen",
    "w.in_sample": "{objective} before",
    "w.out_of_sample": "{objective} after",
    "w.return_in": "return before",
    "w.return_out": "return after",
    "w.trades": "trades after",
    "w.none": "none: too few trades",
    "w.total": "all",
    "w.summary": "Out of sample: {total} in {trades} trades.",
    "w.left": "Of the {objective} that the choice promised, {efficiency} was left.",
    "w.nothing": "nothing",
    "w.oos_loss_one": "On the spans that came later these parameters lost money.",
    "w.oos_half_one": "Less than half of the {objective} of the earlier spans was left later.",
    "w.lasting": "What was chosen went on working. That is no promise, but more than most can say.",
    "w.oos_loss": "Overfit: what was chosen lost money on the spans that it had not seen.",
    "w.oos_half": "Overfit: less than half of the {objective} in sample was left out of sample.",
    "w.oos_jumps": "Overfit: every fold chose another combination; there is nothing lasting to "
    "find, or the folds are too short.",
    "w.oos_few": "Only {trades} trades out of sample: fewer than 30 prove nothing.",
    "w.oos_untraded": "In some folds no combination had trades enough to be chosen; nothing was "
    "traded there.",
    # sensitivity
    "v.title": "Sensitivity",
    "v.hint": "One parameter at a time is changed, all others stay; the table shows the {what}.",
    "v.parameter": "parameter",
    "v.value": "value",
    "v.unchanged": "as it is",
    "v.stable": "Changes of 10 % move {base} to between {low} and {high}: it does not hang on one "
    "value.",
    "v.fragile": "A small change ({name} {change}) turns {base} into {worst}: the result hangs on "
    "one value.",
    "v.moves": "Changes of 10 % move {base} to between {low} and {high}.",
    "v.nothing": "There is no parameter to change: none of those in force is a number.",
    "v.same": "No change of up to 20 % made any difference.",
}
