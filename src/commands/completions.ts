import { Argument, type Command } from 'commander'
import { declare } from './facts.ts'

const SHELLS = ['bash', 'zsh', 'fish']

/** `lockstep completions SHELL`. */
export function addCompletionsCommand(program: Command): void {
  const completions = program
    .command('completions')
    .description('print what completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .addHelpText('after', COMPLETIONS_HELP)
    .action(async (shell: string) => {
      const { completionsFor } = await import('./write-completions.ts')
      process.stdout.write(completionsFor(shell, program))
    })
  declare(completions, { exits: [], json: 'None: it is a script for the shell.' })
}

const COMPLETIONS_HELP =
  '\nbash: lockstep completions bash > ~/.local/share/bash-completion/completions/lockstep\n' +
  'zsh:  lockstep completions zsh > ~/.zfunc/_lockstep, with ~/.zfunc in fpath\n' +
  'fish: lockstep completions fish > ~/.config/fish/completions/lockstep.fish'
