/** What is told of a command of which something was left out or read otherwise. */
export const wordNotes = {
  variable:
    'The value of a shell variable such as $NAME is not in the command. It stands there as it is written: put a secret or a value in its place.',
  operator: (operator: string) =>
    `What follows ${operator} was left out: only the cURL command itself is read. If the character belongs to a value, put that in quotes.`,
  curly: 'Curly quotes were taken for straight ones. Check the values in them.',
  line: 'Only the first command was read. To continue it on another line, end the line with a \\, or with ` in PowerShell.',
}
