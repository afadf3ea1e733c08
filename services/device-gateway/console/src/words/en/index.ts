import code from '../made/en/code.json'
import app from './app.json'
import appointments from './appointments.json'
import board from './board.json'
import customers from './customers.json'
import numbers from './numbers.json'
import policies from './policies.json'
import reception from './reception.json'
import rotation from './rotation.json'
import settings from './settings.json'
import triage from './triage.json'

export default { app, appointments, board, code, customers, numbers, policies, reception, rotation, settings, triage }
