"""What a comparison of runs says, in English."""

COMPARISON: dict[str, str] = {
    "strategy": "strategy",
    "cmp.title": "Comparison",
    "cmp.heading": "{runs} runs side by side",
    "cmp.asked": "What was asked differently",
    "cmp.asked_same": "Everything was asked the same way.",
    "cmp.data_same": "The candles are the same.",
    "cmp.data_differ": "The candles differ: figures of different candles compare only with care.",
    "cmp.quotes_differ": "The runs count in different currencies: amounts are not compared.",
    "cmp.figures": "Figures",
    "cmp.arrows": "▲ better than in A, ▼ worse than in A; no arrow: the same, or neither good nor "
    "bad",
    "cmp.equity": "Equity from 100 on",
    "cmp.equity_hint": "each run over its own time, its capital as 100",
    "cmp.trades": "Trades of A and {letter}",
    "cmp.trades_line": "Trades: {same} the same in A and {letter}, {resized} the same but for "
    "their size, {different} with different results, {first} only in A, {other} only in {letter}.",
    "cmp.different": "In both, with different results (A and {letter})",
    "cmp.only": "Only in {letter}",
    "cmp.first_of": "the first {shown} of {all}; --json has all",
}
