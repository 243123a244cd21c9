"""Documents that know no network: notation, pages, pictures, explanations."""
