/** Scripts that teach a shell the commands and their options. They are complete in themselves: completing runs nothing of this package. */
import type { CommandTree, CompletedOption } from "./tree";

export const shells = {
  bash: (tree: readonly CommandTree[]) => bash(tree),
  zsh: (tree: readonly CommandTree[]) => zsh(tree),
  fish: (tree: readonly CommandTree[]) => fish(tree),
} as const;

export type Shell = keyof typeof shells;

const program = "pulumi-tesseral";
const globalFlags = ["--help", "--version", "--no-color"];

function bash(tree: readonly CommandTree[]): string {
  const names = tree.map(({ name }) => name);
  const values = tree.flatMap(({ name, options }) =>
    options.flatMap(({ flags, value }) =>
      value === "none"
        ? []
        : [`    ${flags.map((flag) => `"${name} ${flag}"`).join("|")}) ${bashValue(value)}; return ;;`],
    ),
  );
  const flags = tree.map(
    ({ name, options, choices }) =>
      `    ${name}) words="${[...choices, ...options.flatMap((one) => one.flags)].join(" ")}" ;;`,
  );
  return `# Completion of ${program} for bash: source <(${program} completion bash)
_pulumi_tesseral() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}" command="" words="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      ${names.join("|")}) command="\${COMP_WORDS[i]}"; break ;;
    esac
  done
  case "$command $prev" in
${values.join("\n")}
  esac
  case "$command" in
    "") words="${[...names, "help", ...globalFlags].join(" ")}" ;;
${flags.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _pulumi_tesseral ${program}
`;
}

function bashValue(value: CompletedOption["value"]): string {
  if (typeof value === "object") {
    return `COMPREPLY=($(compgen -W "${value.choices.join(" ")}" -- "$cur"))`;
  }
  return value === "file"
    ? 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))'
    : value === "folder"
      ? 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur"))'
      : ":";
}

function zsh(tree: readonly CommandTree[]): string {
  const described = tree.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = tree.map(({ name, options, choices }) => {
    const specs = [
      ...options.flatMap((option) => option.flags.map((flag) => quoted(zshOption(option, flag)))),
      ...(choices.length > 0 ? [quoted(`1:argument:(${choices.join(" ")})`)] : []),
    ];
    return `    ${name})\n      _arguments \\\n        ${specs.join(" \\\n        ")}\n      ;;`;
  });
  return `#compdef ${program}
# Completion of ${program} for zsh: ${program} completion zsh > "\${fpath[1]}/_${program}"
_pulumi_tesseral() {
  local -a commands
  commands=(
${described.join("\n")}
  )
  if ((CURRENT == 2)); then
    _describe 'command' commands
    _arguments ${globalFlags.map(quoted).join(" ")}
    return
  fi
  local command="\${words[2]}"
  shift words
  ((CURRENT--))
  case "$command" in
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = "_${program}" ]; then
  _pulumi_tesseral "$@"
else
  compdef _pulumi_tesseral ${program}
fi
`;
}

function zshOption({ summary, value, repeats }: CompletedOption, flag: string): string {
  const text = `${repeats ? "*" : ""}${flag}[${summary.replaceAll("[", "(").replaceAll("]", ")").replaceAll(":", "\\:")}]`;
  const kinds = { none: "", text: ":value:", file: ":file:_files", folder: ":folder:_files -/" };
  return `${text}${typeof value === "object" ? `:value:(${value.choices.join(" ")})` : kinds[value]}`;
}

function fish(tree: readonly CommandTree[]): string {
  const lines = tree.flatMap(({ name, summary, options, choices }) => {
    const within = `-n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
      ...(choices.length > 0 ? [`complete -c ${program} ${within} -a ${quoted(choices.join(" "))}`] : []),
      ...options.map((option) => `complete -c ${program} ${within} ${fishOption(option)}`),
    ];
  });
  return `# Completion of ${program} for fish: ${program} completion fish > ~/.config/fish/completions/${program}.fish
complete -c ${program} -f
${globalFlags.map((flag) => `complete -c ${program} -n __fish_use_subcommand -l ${flag.slice(2)}`).join("\n")}
${lines.join("\n")}
`;
}

function fishOption({ flags, summary, value }: CompletedOption): string {
  const named = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(" ");
  const kinds = { none: "", text: " -x", file: " -r -F", folder: " -x -a '(__fish_complete_directories)'" };
  const takes = typeof value === "object" ? ` -x -a ${quoted(value.choices.join(" "))}` : kinds[value];
  return `${named}${takes} -d ${quoted(summary)}`;
}

/** Quoted for bash, zsh and fish alike; a line break becomes a blank. */
function quoted(text: string): string {
  return `'${text.replaceAll(/\s+/g, " ").replaceAll("\\", "").replaceAll("'", "’")}'`;
}
