_asana_tbp() {
    local line word quoting=
    COMPREPLY=()
    while IFS= read -r line; do
        word=${line%%$'\t'*}
        COMPREPLY+=("$word")
        [[ $word == *[!A-Za-z0-9_-]* ]] && quoting=yes
    done < <(_ASANA_TBP_COMPLETE=bash "$1" "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    # Bash quotes what it takes for file names, but adds a slash to a command that is called like a folder here.
    [[ $quoting ]] || compopt +o filenames
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace
    return 0
}
complete -o filenames -F _asana_tbp asana-tbp tbp
