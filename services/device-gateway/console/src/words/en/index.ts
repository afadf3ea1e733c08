import code from '../made/en/code.json'
import app from './app.json'
import board from './board.json'
import reception from './reception.json'
import triage from './triage.json'

export default { app, board, code, reception, triage }
