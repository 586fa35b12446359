function __asana_tbp
    set -l token (commandline -ct)
    set -l words (commandline -opc) $token
    # What stands behind `--by=` is completed alone, and fish takes only what begins like the whole word.
    set -l option (string match -r -- '^--[^=]*=' $token; or echo)
    set -l lines (_ASANA_TBP_COMPLETE=fish $words[1] $words[2..-1] 2>/dev/null)
    printf '%s\n' $option$lines
end
complete -c asana-tbp -f -a "(__asana_tbp)"
complete -c tbp -f -a "(__asana_tbp)"
