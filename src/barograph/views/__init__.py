"""What people look at, computed from the record: graphs, comparisons, lineage, timelines. Values in, values out."""
