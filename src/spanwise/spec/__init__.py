"""What a workspace may say: its documents, their models, and everything wrong with them."""
