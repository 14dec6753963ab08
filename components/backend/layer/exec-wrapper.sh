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
#   TESSERAL_EXEC_MODE=web                      start $LAMBDA_TASK_ROOT/$_HANDLER instead of the runtime's own client
#   TESSERAL_NEXT_EXEC_WRAPPER                  another wrapper, started with the rest of the command line
#
# -p: bash ignores SHELLOPTS, BASH_ENV and exported functions, so no setting can trace the key into the log.
# The key is matched, never evaluated. The credentials reach curl through a pipe: no argument and no file holds them.
set -euo pipefail

die() {
  printf 'tesseral-exec-wrapper: %s\n' "$1" >&2
  exit 1
}

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

# Lambda gives ten seconds until the program must be ready: one second to connect, three for a try, no new try after four.
# LD_LIBRARY_PATH and LD_PRELOAD point at the runtime's and the user's libraries, which are not meant for the system's curl.
answer=$(
  {
    printf 'user = "%s:%s"\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY"
    [[ -z ${AWS_SESSION_TOKEN:-} ]] || printf 'header = "x-amz-security-token: %s"\n' "$AWS_SESSION_TOKEN"
  } | LD_LIBRARY_PATH='' LD_PRELOAD='' /usr/bin/curl -q -s -K - \
    --connect-timeout 1 --max-time 3 --retry 2 --retry-connrefused --retry-max-time 4 \
    --aws-sigv4 "aws:amz:$region:secretsmanager" \
    -H 'content-type: application/x-amz-json-1.1' -H 'x-amz-target: secretsmanager.GetSecretValue' \
    -d "$request" -w '\n%{http_code}' "$endpoint"
) || die "Secrets Manager is not reachable at $endpoint (curl ended with $?)"

status=${answer##*$'\n'}
if [[ $status != 200 ]]; then
  pattern='"__type": *"([A-Za-z.#]+)"'
  [[ ! $answer =~ $pattern ]] || status=${BASH_REMATCH[1]##*#}
  die "GetSecretValue of $arn${version:+, version $version,} failed: $status"
fi

field=${TESSERAL_BACKEND_API_KEY_SECRET_JSON_KEY:-}
if [[ -n $field ]]; then
  [[ $field =~ ^[A-Za-z0-9_-]+$ ]] || die 'TESSERAL_BACKEND_API_KEY_SECRET_JSON_KEY is not the name of a field'
  pattern="\\\\\"$field\\\\\" *: *\\\\\"(tesseral_secret_key_[0-9a-z]+)\\\\\""
else
  pattern='"SecretString": *"(tesseral_secret_key_[0-9a-z]+)"'
fi
[[ $answer =~ $pattern ]] || die "$arn does not hold a Tesseral backend API key${field:+ in its field $field}"
export TESSERAL_BACKEND_API_KEY=${BASH_REMATCH[1]}

if [[ ${TESSERAL_EXEC_MODE:-} == web || ${0##*/} == bootstrap ]]; then
  program=$LAMBDA_TASK_ROOT/$_HANDLER
  [[ -f $program && -x $program ]] || die "the handler $_HANDLER is not an executable file of the function's package"
  set -- "$program"
fi
[[ $# -gt 0 ]] || die 'there is nothing to start'

next=${TESSERAL_NEXT_EXEC_WRAPPER:-}
unset AWS_LAMBDA_EXEC_WRAPPER TESSERAL_NEXT_EXEC_WRAPPER # nothing wraps twice
exec ${next:+"$next"} "$@"
