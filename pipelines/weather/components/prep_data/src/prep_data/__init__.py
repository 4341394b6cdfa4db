"""Turns a folder of photos into train, validation and test splits.

``fingerprint_source`` says what a source holds right now; ``prepare`` makes the splits of exactly that. Both are
imported from their own modules (``prep_data.fingerprint``, ``prep_data.snapshot``): the first runs before every
run and must not pay for what only the second needs.
"""
