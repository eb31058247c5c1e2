"""Running models and rules: values in, a recommendation with its score out."""
