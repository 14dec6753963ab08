#!/bin/bash -p
# Starts the program of a Lambda function with TESSERAL_BACKEND_API_KEY in its environment.
#
# The layer carries this one file twice. Managed runtimes run it as /opt/tesseral/exec-wrapper (AWS_LAMBDA_EXEC_WRAPPER), with the
# runtime's command line as its arguments; provided.* runs it as /opt/bootstrap, without any. It reads the secret, exports it, and
# becomes the program: nothing of it stays behind. Whatever goes wrong, it ends with one line and the program never starts.
#
#   TESSERAL_BACKEND_API_KEY_SECRET_ARN         the secret; its region and partition say which Secrets Manager is asked
#   TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID  that version of it; without it, the current one
#   TESSERAL_BACKEND_API_KEY_SECRET_JSON_KEY    the secret is a JSON object and the key is this field of it
#   TESSERAL_EXEC_MODE=web                      start the handler, below $LAMBDA_TASK_ROOT, instead of the runtime's own client
#   TESSERAL_NEXT_EXEC_WRAPPER                  another wrapper, started with the rest of the command line
#
# -p: bash ignores SHELLOPTS, BASH_ENV and exported functions, so no setting can trace the key into the log.
# The key is matched, never evaluated. The credentials reach curl through a pipe: no argument and no file holds them.
set -feuo pipefail
SECONDS=0

die() {
  printf 'tesseral-exec-wrapper: %s\n' "$1" >&2
  exit 1
}

# A reader of JSON, since there is no program for that in all runtimes. The text is split at its quotes into `parts`: a secret of the
# largest size, 64 KB, then takes a second. `rest` is what is still to be read of the part between strings that `at` counts; each function
# takes its own part off the front, and fails where that is not JSON. Every variable is local to read_key, which they serve: the program's
# environment may contain any name, and must reach it unchanged.
blanks() { rest=${rest#"${rest%%[!$blank]*}"}; }

# Reads a string into `string`, with its escapes.
read_string() {
  local backslashes
  [[ -z $rest ]] || return 1
  string=''
  while ((at + 2 < ${#parts[@]})); do
    string+=${parts[at + 1]}
    at=$((at + 1))
    backslashes=${parts[at]##*[!\\]}
    if ((${#backslashes} % 2 == 0)); then
      at=$((at + 1)) rest=${parts[at]}
      return 0
    fi
    string+='"' # was an escaped one
  done
  return 1
}

# Resolves the escapes in `string`. Those beyond ASCII stay: no key and no name of a field has any.
unescape() {
  local pattern='\\u00(09|0[aAdD]|[2-7][0-9a-fA-F])' character slash=$'\1' # stands for a backslash that is one
  [[ $string == *\\* ]] || return 0
  string=${string//\\\\/$slash}
  string=${string//\\\"/\"}
  string=${string//\\\//\/}
  string=${string//\\n/$'\n'}
  string=${string//\\r/$'\r'}
  string=${string//\\t/$'\t'}
  while [[ $string =~ $pattern ]]; do
    printf -v character '%b' "\\x${BASH_REMATCH[1]}"
    [[ $character != \\ ]] || character=$slash
    string=${string//\\u00${BASH_REMATCH[1]}/"$character"}
  done
  string=${string//$slash/\\}
}

# Reads any value. `kind` says what kind it was: string (which is in `string`), object, array or other.
read_value() {
  local pattern='^(true|false|null|-?[0-9][0-9.eE+-]*)'
  blanks
  case $rest in
    '') read_string && kind=string ;;
    '{'*) read_object '' && kind=object ;;
    '['*) read_array && kind=array ;;
    *) [[ $rest =~ $pattern ]] && rest=${rest:${#BASH_REMATCH}} && kind=other ;;
  esac
}

read_array() {
  rest=${rest:1}
  blanks
  [[ $rest != ']'* ]] || { rest=${rest:1} && return 0; }
  while read_value; do
    blanks
    case $rest in
      ','*) rest=${rest:1} ;;
      ']'*) rest=${rest:1} && return 0 ;;
      *) return 1 ;;
    esac
  done
  return 1
}

# Reads an object. The value of its own field $1 is left in `field_value`, its kind in `field_kind`; of two the last counts.
read_object() {
  local name
  rest=${rest:1}
  blanks
  [[ $rest != '}'* ]] || { rest=${rest:1} && return 0; }
  while blanks && read_string; do
    unescape
    name=$string
    blanks
    [[ $rest == :* ]] || return 1
    rest=${rest:1}
    read_value || return 1
    if [[ -n $1 && $name == "$1" ]]; then
      field_kind=$kind
      unescape
      field_value=$string
    fi
    blanks
    case $rest in
      ','*) rest=${rest:1} ;;
      '}'*) rest=${rest:1} && return 0 ;;
      *) return 1 ;;
    esac
  done
  return 1
}

# Puts a field of the JSON object $1 into `field_value`, and its kind into `field_kind`: missing when the object has none.
field_of() {
  local LC_ALL=C IFS='"' parts at=0 rest string='' kind='' # byte by byte, and only here: the program keeps its own locale
  # shellcheck disable=SC2206 # split on purpose, and set -f keeps patterns as they are
  parts=($1)
  rest=${parts[0]:-} field_value='' field_kind=missing
  blanks
  [[ $rest == '{'* ]] || return 1
  read_object "$2" || return 1
  blanks
  [[ -z $rest ]] && ((at + 1 == ${#parts[@]}))
}

# One call of GetSecretValue: one second to connect, three in all. LD_LIBRARY_PATH and LD_PRELOAD point at the runtime's and the
# user's libraries, which are not meant for the system's curl.
ask() {
  {
    printf 'user = "%s:%s"\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY"
    [[ -z ${AWS_SESSION_TOKEN:-} ]] || printf 'header = "x-amz-security-token: %s"\n' "$AWS_SESSION_TOKEN"
  } | LD_LIBRARY_PATH='' LD_PRELOAD='' /usr/bin/curl -q -s -K - --connect-timeout 1 --max-time 3 \
    --aws-sigv4 "aws:amz:$region:secretsmanager" \
    -H 'content-type: application/x-amz-json-1.1' -H 'x-amz-target: secretsmanager.GetSecretValue' \
    -d "$request" -w '\n%{http_code}' "$endpoint"
}

# Reads the secret and exports the key.
read_key() {
  local arn region suffix endpoint version request answer status ended tries times pause passing pattern holds field reason
  local field_value field_kind blank=$' \t\r\n'
  arn=${TESSERAL_BACKEND_API_KEY_SECRET_ARN:-}
  pattern='^arn:(aws|aws-cn|aws-us-gov):secretsmanager:([a-z0-9-]+):[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+$'
  [[ $arn =~ $pattern ]] || die 'TESSERAL_BACKEND_API_KEY_SECRET_ARN is missing or not the ARN of a secret'
  region=${BASH_REMATCH[2]}
  suffix=amazonaws.com
  [[ ${BASH_REMATCH[1]} != aws-cn ]] || suffix=amazonaws.com.cn
  endpoint=${AWS_ENDPOINT_URL_SECRETS_MANAGER:-https://secretsmanager.$region.$suffix/}

  version=${TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID:-}
  request="{\"SecretId\":\"$arn\"}"
  if [[ -n $version ]]; then
    [[ $version =~ ^[A-Za-z0-9-]+$ ]] || die 'TESSERAL_BACKEND_API_KEY_SECRET_VERSION_ID is not the id of a version'
    request="{\"SecretId\":\"$arn\",\"VersionId\":\"$version\"}"
  fi

  [[ -n ${AWS_ACCESS_KEY_ID:-} && -n ${AWS_SECRET_ACCESS_KEY:-} ]] || die 'the function has no AWS credentials'

  # Transient failures are tried again: no connection, server errors, too many calls at once (which AWS answers with 400). Lambda allows
  # ten seconds until the program must be ready, so there is no new try after four. The pauses differ from instance to instance.
  passing='^(Throttling.*|TooManyRequests.*|RequestLimitExceeded|Internal.*|ServiceUnavailable.*|RequestTimeout.*|429|5[0-9][0-9])$'
  for ((tries = 1; ; tries++)); do
    ended=0
    answer=$(ask) || ended=$?
    status=${answer##*$'\n'} answer=${answer%$'\n'*}
    [[ $ended != 0 || $status != 200 ]] || break
    pattern='"__type" *: *"([A-Za-z.#]+)"'
    [[ ! $answer =~ $pattern ]] || status=${BASH_REMATCH[1]##*[.#]}
    pause=$(((100 << tries) + RANDOM % (100 << tries)))
    if [[ $ended == 0 && ! $status =~ $passing ]] || ((SECONDS * 1000 + pause >= 4000)); then
      times=''
      ((tries == 1)) || times=", $tries times"
      [[ $ended == 0 ]] || die "Secrets Manager is not reachable at $endpoint (curl ended with $ended$times)"
      die "GetSecretValue of $arn${version:+, version $version,} failed: $status$times"
    fi
    /bin/sleep "$((pause / 1000)).$(printf '%03d' $((pause % 1000)))"
  done

  holds="does not hold a Tesseral backend API key"
  field_of "$answer" SecretString || die "GetSecretValue of $arn gave an answer that is not JSON"
  [[ $field_kind == string ]] || die "$arn $holds: it has no SecretString, so its value is binary"
  field=${TESSERAL_BACKEND_API_KEY_SECRET_JSON_KEY:-}
  if [[ -n $field ]]; then
    [[ $field =~ ^[A-Za-z0-9_-]+$ ]] || die 'TESSERAL_BACKEND_API_KEY_SECRET_JSON_KEY is not the name of a field'
    holds+=" in its field $field"
    field_of "$field_value" "$field" || die "$arn $holds: the secret is not a JSON object"
    [[ $field_kind != missing ]] || die "$arn $holds: there is no such field"
    [[ $field_kind == string ]] || die "$arn $holds: the field is not a string"
  fi
  while [[ $field_value == *[$'\r\n'] ]]; do
    field_value=${field_value%?} # line breaks at the end, as files and echo have them
  done
  if [[ ! $field_value =~ ^tesseral_secret_key_[0-9a-z]+$ ]]; then
    reason='it has another form'
    [[ $field_value != [[:space:]]* && $field_value != *[[:space:]] ]] || reason='there are blanks or line breaks around it'
    [[ -n $field_value ]] || reason='it is empty'
    [[ -n $field || $field_value != '{'* ]] || reason='it is a JSON object; name its field by backendApiKeySecretJsonKey'
    die "$arn $holds: $reason"
  fi
  export TESSERAL_BACKEND_API_KEY=$field_value
}

read_key
if [[ ${TESSERAL_EXEC_MODE:-} == web || ${0##*/} == bootstrap ]]; then
  # A path of its own is in a layer.
  if [[ $_HANDLER == /* ]]; then set -- "$_HANDLER"; else set -- "$LAMBDA_TASK_ROOT/$_HANDLER"; fi
  [[ -f $1 && -x $1 ]] || die "the handler $_HANDLER is not an executable file of the function's package"
fi
[[ $# -gt 0 ]] || die 'there is nothing to start'

[[ -z ${TESSERAL_NEXT_EXEC_WRAPPER:-} ]] || set -- "$TESSERAL_NEXT_EXEC_WRAPPER" "$@"
unset AWS_LAMBDA_EXEC_WRAPPER TESSERAL_NEXT_EXEC_WRAPPER # nothing wraps twice
exec "$@"
