/** The part of cli-progress that we use. The package has no types. */
declare module 'cli-progress' {
  interface Options {
    format: string
    stream: NodeJS.WriteStream
    clearOnComplete: boolean
    hideCursor: boolean
    etaBuffer: number
  }
  export class SingleBar {
    constructor(options: Options, preset: object)
    start(total: number, startValue: number): void
    increment(step: number): void
    stop(): void
  }
  export const Presets: { shades_classic: object }
}
