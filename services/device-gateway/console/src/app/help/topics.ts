/** What there is help about: the words of `help.json`, by area. */
import type help from '@/words/zh/help.json'

type Help = typeof help

export type Topic = { [Area in keyof Help]: `help.${Area}.${keyof Help[Area] & string}` }[keyof Help]
