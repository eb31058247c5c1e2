"""What the documents of a workspace may say, one module a kind."""
