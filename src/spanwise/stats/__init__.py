"""Pure statistics: every figure comes with its interval, or with the reason why not."""
