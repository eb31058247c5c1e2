"""The pages, one module a page: it reads, builds the view, and carries out the page's forms."""
