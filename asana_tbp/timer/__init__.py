"""The pure core of the timer: events, the state they lead to, and what comes next."""
