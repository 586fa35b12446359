function __asana_tbp
    set -l words (commandline -opc) (commandline -ct)
    _ASANA_TBP_COMPLETE=fish $words[1] $words[2..-1] 2>/dev/null
end
complete -c asana-tbp -f -a "(__asana_tbp)"
complete -c tbp -f -a "(__asana_tbp)"
