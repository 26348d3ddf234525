/** An output that is JSON already: what a step type gives back whose code runs in another process. */
export class JsonText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}
