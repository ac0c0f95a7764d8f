# bash completion of dokku's command words. The list is kept in a file; plugin:* commands renew it.
# (A shell that cannot write the file asks dokku each time.)
_dokku_words() {
  local cache=/var/cache/dokku-completion
  if [[ ! -s $cache ]]; then
    dokku --quiet help --all 2>/dev/null | sed -n 's/^    \([^ ]\{1,\}\).*/\1/p' | LC_ALL=C sort -u |
      if [[ -w $cache || (! -e $cache && -w ${cache%/*}) ]]; then tee "$cache"; else cat; fi
  else
    cat "$cache"
  fi
}

_dokku() {
  local word=${COMP_WORDS[COMP_CWORD]}
  # A colon is part of a command word, where readline breaks words by default.
  if declare -F _get_comp_words_by_ref >/dev/null; then
    local cword
    _get_comp_words_by_ref -n : -w COMP_WORDS -i cword -c word 2>/dev/null
    ((cword == 1)) || return 0
  elif [[ ${COMP_LINE:0:COMP_POINT} == *' '*' '* ]]; then
    return 0
  fi
  mapfile -t COMPREPLY < <(compgen -W "$(_dokku_words)" -- "$word")
  if declare -F __ltrim_colon_completions >/dev/null; then __ltrim_colon_completions "$word"; fi
}

complete -F _dokku dokku
