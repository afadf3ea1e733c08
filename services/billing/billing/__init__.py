"""Catalogue, charges, payments and items held."""
