"""The live stream of the flow board: server-sent events for thousands of screens (G7).

One LISTEN connection per process hears that something was committed (and looks
every second beside that), one query fetches the new changes of all watched
branches, and each change is encoded once and handed to every stream's bounded
queue. Who cannot keep up is dropped and resumes with Last-Event-ID.
"""
