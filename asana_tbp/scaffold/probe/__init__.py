"""Finding out on a throw-away project how the Asana at hand behaves where its documentation says nothing."""
