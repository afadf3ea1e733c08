import code from '../made/en/code.json'
import app from './app.json'
import appointments from './appointments.json'
import board from './board.json'
import customers from './customers.json'
import reception from './reception.json'
import settings from './settings.json'
import triage from './triage.json'

export default { app, appointments, board, code, customers, reception, settings, triage }
