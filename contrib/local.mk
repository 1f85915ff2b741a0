# contrib: nothing compiled
