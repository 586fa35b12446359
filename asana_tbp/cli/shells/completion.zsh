#compdef asana-tbp tbp
_asana_tbp() {
    local -a lines values shown
    local line
    lines=("${(@f)$(_ASANA_TBP_COMPLETE=zsh ${words[1]} "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    for line in $lines; do
        [[ -n $line ]] || continue
        values+=("${line%%$'\t'*}")
        shown+=("${line%%$'\t'*}${${line#*$'\t'}:+  -- ${line#*$'\t'}}")
    done
    # What stands behind `--by=` is completed alone.
    [[ $PREFIX == --*=* ]] && compset -P 1 '*='
    compadd -M 'm:{a-zA-Z}={A-Za-z}' -l -d shown -a values
}
compdef _asana_tbp asana-tbp tbp
