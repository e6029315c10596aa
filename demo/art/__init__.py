"""Drawings of the demo brand's products: one parametric drawing per kind of thing, coloured at will.

``python -m demo.art`` writes them all to ``static/demo/products``; the same catalogue gives the same bytes.
"""
