Attribute VB_Name = "xlwings"
Option Explicit

' Stands in for xlwings' own module, parts of which LibreOffice cannot compile: starts the same command in a real process,
' and waits for its answer as RunPython does.

Public LastCommand As String

Public Function RunPython(PythonCommand As String)
    Dim waited As Long

    LastCommand = PythonCommand
    Shell Environ("DISCLOSURE_TEST_RUN"), 0, """" & PythonCommand & """", False
    Do While Phrase("answer") = "" And waited < 600
        Wait 100
        waited = waited + 1
    Loop
End Function

Public Function GetLastCommand() As String
    GetLastCommand = LastCommand
End Function
