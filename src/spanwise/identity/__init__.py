"""Who somebody is: accounts, sessions and API tokens."""
