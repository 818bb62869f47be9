"""Tools against fooling oneself: walk-forward, the gate, sensitivity, checks of a strategy."""
