"""Why a figure is what it is: its receipt, the bridge between two readings, and the months ahead."""
