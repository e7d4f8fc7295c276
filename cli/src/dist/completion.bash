
# What stands above is made by picocli. It takes the value of an option for a word of its own, and after an option it loses
# count of the files: below, --option=value becomes two words, and where nothing else is known, the names of files serve.
_pt2st() {
  local index cursor=$COMP_CWORD
  local -a words=()
  for index in "${!COMP_WORDS[@]}"; do
    # Readline gives --option=value as three words, and the second alone where the value is still to come.
    if ((index > 0)) && [[ ${COMP_WORDS[index]} == = && ${COMP_WORDS[index - 1]} == --* ]]; then
      if ((index == COMP_CWORD)); then
        words+=('')
      elif ((index < COMP_CWORD)); then
        ((cursor -= 1))
      fi
    else
      words+=("${COMP_WORDS[index]}")
    fi
  done
  COMP_WORDS=("${words[@]}") COMP_CWORD=$cursor COMPREPLY=()
  _complete_pt2st
  if ((${#COMPREPLY[@]} == 0)) && [[ ${COMP_WORDS[COMP_CWORD]} != -* ]]; then
    compopt -o default
  fi
}
[[ -z ${BASH_VERSION:-} ]] || complete -F _pt2st -o default pt2st
