"""The pure core of the timer: what happened, what is so, what comes next."""
