# Completion of BIN in bash: the program completes its own arguments.
_complete_BIN() {
    # bash splits words at colons. Join them, and remember how much of the last word is not to be replaced.
    local words=() word index last=-1
    for ((index = 0; index <= COMP_CWORD; index++)); do
        word=${COMP_WORDS[index]}
        if ((index > 1)) && { [[ $word == :* ]] || [[ ${words[last]} == *: && $word != -* ]]; }; then
            words[last]+=$word
        else
            words[++last]=$word
        fi
    done
    local kept=${words[last]%"${words[last]##*:}"}
    local IFS=$'\013'
    COMPREPLY=($(_CLAP_IFS=$IFS _CLAP_COMPLETE_INDEX=$last VARIABLE=bash \
        COMPLETER -- "${words[@]}"))
    if (($? != 0)); then
        COMPREPLY=()
    fi
    COMPREPLY=("${COMPREPLY[@]#"$kept"}")
    if [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *[/:=] ]]; then
        compopt +o nospace 2>/dev/null
    fi
}
complete -o nospace -o bashdefault -F _complete_BIN BIN
