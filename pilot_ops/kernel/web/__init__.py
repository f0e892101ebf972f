"""What every page shares: the guard, forms, languages, assets and answers to denials."""
