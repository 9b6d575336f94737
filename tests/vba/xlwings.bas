Attribute VB_Name = "xlwings"
Option Explicit

' Stands in for xlwings' own module, parts of which LibreOffice cannot compile: starts the same command in a real process,
' and waits until that has ended, as RunPython does.

Private Const PATIENCE As Long = 1200

Public LastCommand As String

Public Function RunPython(PythonCommand As String)
    Dim waited As Long
    Dim ended As String

    LastCommand = PythonCommand
    ended = Environ("DISCLOSURE_TEST_RUN") & ".ended"
    If Dir(ended) <> "" Then Kill ended
    Shell Environ("DISCLOSURE_TEST_RUN"), 0, """" & PythonCommand & """", False
    Do While Dir(ended) = "" And waited < PATIENCE
        Wait 50
        waited = waited + 1
    Loop
End Function

Public Function GetLastCommand() As String
    GetLastCommand = LastCommand
End Function
