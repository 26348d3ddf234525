/** What was typed into a text field of a form. */
export function textOf(form: FormData, field: string): string {
  const entry = form.get(field)
  return typeof entry === 'string' ? entry : ''
}
