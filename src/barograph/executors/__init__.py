"""How a task's command is run. Executors are plug-ins, found by the entry-point group ``barograph.executors``."""
