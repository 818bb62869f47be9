"""What is asked of an account before it is trusted with orders: clock, keys, rights, money."""
